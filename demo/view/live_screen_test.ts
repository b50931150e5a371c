import assert from "node:assert/strict";

import { openLiveScreen } from "./live_screen.ts";

Deno.test("close() gives the terminal back once, with the last lines left behind", () => {
  const written: string[] = [];
  const screen = openLiveScreen({ write: (text) => void written.push(text) });
  screen.show(["one", "two"]);
  screen.close(["the end"]);
  screen.close(["again"]);
  screen.show(["too late"]);
  assert.deepEqual(written, [
    "\u001b[?1049h\u001b[?25l",
    "\u001b[Hone\u001b[K\r\ntwo\u001b[K\u001b[J",
    "\u001b[?25h\u001b[?1049lthe end\r\n",
  ]);
});
