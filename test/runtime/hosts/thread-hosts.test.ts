import { threadHosts } from "../../../runtime/index.ts";
import { actorContract } from "./actor-contract.ts";
import { hostsWorld } from "./hosts-world.ts";
import { linkContract } from "./link-contract.ts";
import { referenceContract } from "./reference-contract.ts";
import { startContract } from "./start-contract.ts";

const world = hostsWorld("thread", () => threadHosts({ size: 2, spares: 0, heartbeatMs: 30_000, killGraceMs: 30_000 }));
actorContract(world);
referenceContract(world);
linkContract(world);
startContract(world);
