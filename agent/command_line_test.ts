import assert from "node:assert/strict";
import { type CommandName, parseCommandLine } from "./command_line.ts";

const CASES: Record<string, {
  args: string[];
  command: CommandName;
  config?: string;
  problems?: RegExp[];
}> = {
  "all is well": { args: ["run", "--config", "/a.yaml"], command: "run", config: "/a.yaml" },
  "a value is joined by =": {
    args: ["supervise", "--config=/a"],
    command: "supervise",
    config: "/a",
  },
  "help is asked for": { args: ["--help"], command: "help" },
  "there is no argument": {
    args: [],
    command: "supervise",
    problems: [/Unknown command \(none\)/],
  },
  "the command is misspelt": {
    args: ["superwise", "--config=/a"],
    command: "supervise",
    config: "/a",
    problems: [/"superwise"/],
  },
  "the command is missing": {
    args: ["--config", "/a"],
    command: "supervise",
    config: "/a",
    problems: [/Unknown command/],
  },
  "an argument is unknown": {
    args: ["run", "--fast"],
    command: "run",
    problems: [/"--fast" is ig/],
  },
  "a value is missing": { args: ["run", "--config"], command: "run", problems: [/no value/] },
  "a path is relative": {
    args: ["run", "--config=a"],
    command: "run",
    problems: [/absolute path/],
  },
  "a problem is handed down": { args: ["run", "--problem=x"], command: "run", problems: [/^x$/] },
  "what is granted is garbled": {
    args: ["run", "--granted={}"],
    command: "run",
    problems: [/--granted is ignored/],
  },
};

for (const [name, { args, command, config, problems = [] }] of Object.entries(CASES)) {
  Deno.test(`parseCommandLine() gives ${command} when ${name}`, () => {
    const parsed = parseCommandLine(args);
    assert.equal(parsed.command, command);
    assert.equal(parsed.config, config);
    assert.equal(parsed.problems.length, problems.length);
    problems.forEach((problem, index) => assert.match(parsed.problems[index] ?? "", problem));
  });
}

Deno.test("parseCommandLine() reads what is granted", () => {
  const granted = { root: "/", files: ["/token"] };
  assert.deepEqual(
    parseCommandLine(["run", "--granted", JSON.stringify(granted)]).granted,
    granted,
  );
});

Deno.test("parseCommandLine() leaves what follows explain to it", () => {
  assert.deepEqual(parseCommandLine(["explain", "--pgdata", "/d"]), {
    command: "explain",
    problems: [],
    explain: ["--pgdata", "/d"],
  });
});
