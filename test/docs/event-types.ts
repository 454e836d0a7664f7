// Finds the event types that an `events.ts` declares: the first argument of each `EventOf<"type", …>`.
// Knows nothing of the pages that list them.
import { isNode, literalText, readSource, walk } from "../architecture/source-file.ts";

/** The event types that this file declares. */
export function declaredEvents(path: string, source: string): readonly string[] {
  const found: string[] = [];
  walk(readSource(path, source).statements, (node) => {
    if (node.type !== "TSTypeReference" || !isNode(node["typeName"]) || node["typeName"]["name"] !== "EventOf") return;
    const typeArguments = node["typeArguments"];
    const params = isNode(typeArguments) ? typeArguments["params"] : undefined;
    const first: unknown = Array.isArray(params) ? params[0] : undefined;
    const types = isNode(first) && Array.isArray(first["types"]) ? first["types"] : [first];
    for (const type of types) {
      const text = isNode(type) ? literalText(type["literal"]) : undefined;
      if (text !== undefined) found.push(text);
    }
  });
  return found;
}
