import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { baseAddress } from "../../lm/base-address.ts";

const revealed = (baseUrl: string) => baseAddress(baseUrl).secrets.map((secret) => secret.reveal());

describe("baseAddress", () => {
  it("names where to connect, what to ask for and what tells the address from others", () => {
    expect(baseAddress("https://api.example.com/v1/?version=2&key=k")).toMatchObject({
      origin: "https://api.example.com",
      path: "/v1/chat/completions?version=2&key=k",
      identityUrl: "https://api.example.com/v1?version=2",
    });
  });

  it("has no secrets where the URL has none", () => {
    expect(baseAddress("http://127.0.0.1:8000/v1?version=2")).toMatchObject({
      basicAuthorization: undefined,
      secrets: [],
    });
  });

  it("takes password and authorization for secrets, as they are sent and as they are read", () => {
    const baseUrl = "http://user:p%20w@127.0.0.1/v1";
    expect(baseAddress(baseUrl).basicAuthorization?.reveal()).toBe("Basic dXNlcjpwIHc=");
    expect(revealed(baseUrl)).toEqual(["dXNlcjpwIHc", "p w", "p%20w"]);
    expect(inspect(baseAddress(baseUrl), { depth: 9, showHidden: true })).not.toMatch(/dXNlcjpw|p w|p%20w/);
  });

  it("takes a user without a password for a key", () => {
    expect(revealed("http://sk-user@127.0.0.1/v1")).toEqual(["c2stdXNlcjo", "sk-user"]);
  });

  it("takes values of secret query parameters for secrets, as they are sent and as they are read", () => {
    expect(revealed("http://127.0.0.1/v1?api_key=a+b%2fc&version=2&sig=s")).toEqual([
      "a b/c",
      "a%20b%2Fc",
      "a+b%2fc",
      "s",
    ]);
  });

  it("reads a lone percent sign in a password as itself", () => {
    expect(revealed("http://user:100%@127.0.0.1/v1")).toContain("100%");
  });
});
