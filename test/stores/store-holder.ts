// A process that opens a store, writes, says what is acknowledged, and stays until it is killed.
// Knows nothing of the test that starts it.
import { levelStore } from "../../stores/index.ts";
import { exampleResult } from "../suites/sample-records.ts";

const [folder = "", count = "0"] = process.argv.slice(2);
const store = levelStore({ folder });
await store.open();
let acknowledged = 0;
for (let index = 0; index < Number(count); index++) {
  await store.write({ records: [exampleResult({ exampleId: `ex${index}`, index })] });
  acknowledged++;
}
console.log(acknowledged);
setInterval(() => undefined, 1000);
