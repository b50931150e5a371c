import { labTest, startLab } from "../lab/lab.ts";
import { CONTRACT_CASES } from "./contract_cases.ts";
import { openContract } from "./contract_world.ts";
import { realServer } from "./real_server.ts";

await labTest("a real kube-apiserver keeps the contract", async (t) => {
  await using lab = await startLab({ ownCrds: true });
  using contract = openContract(realServer(lab));
  for (const clause of CONTRACT_CASES) {
    await t.step(clause.name, async () => await contract.run(clause));
  }
});
