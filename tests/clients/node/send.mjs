// Every call of @segment/analytics-node, once, against the host and key of the arguments.
import { Analytics } from "@segment/analytics-node";

const [host, writeKey] = process.argv.slice(2);
const analytics = new Analytics({ writeKey, host, flushAt: 20, flushInterval: 200 });
const who = { userId: "alice", anonymousId: "alice-laptop" };
analytics.on("error", (error) => { console.error(error); process.exitCode = 1; });
analytics.identify({ ...who, traits: { email: "alice@example.org" } });
analytics.track({ ...who, event: "Order Completed", properties: { order_id: "n1", total: 12.5 } });
analytics.page({ ...who, name: "Home" });
analytics.screen({ ...who, name: "Start" });
analytics.group({ ...who, groupId: "acme", traits: { name: "Acme" } });
analytics.alias({ userId: "alice", previousId: "alice-laptop" });
await analytics.closeAndFlush();
