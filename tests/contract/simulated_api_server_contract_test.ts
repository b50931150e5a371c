import { CONTRACT_CASES } from "./contract_cases.ts";
import { openContract } from "./contract_world.ts";
import { simulatedResources, startSimulatedServer } from "./simulated_server.ts";

const resources = await simulatedResources();

for (const clause of CONTRACT_CASES) {
  Deno.test(`the simulated API server keeps the contract: ${clause.name}`, async () => {
    await using server = await startSimulatedServer(resources);
    using contract = openContract(server);
    await contract.run(clause);
  });
}
