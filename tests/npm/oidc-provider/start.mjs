// Starts the certified provider on loopback: any name and password sign in. Ends with its standard input.
const [folder, port, webRedirect] = process.argv.slice(2);
const { default: Provider } = await import(`${folder}/node_modules/oidc-provider/lib/index.js`);
const issuer = `http://127.0.0.1:${port}`;
const es256 = { id_token_signed_response_alg: "ES256" };
const key = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
const jwk = { ...(await crypto.subtle.exportKey("jwk", key.privateKey)), use: "sig", alg: "ES256", kid: "one" };
delete jwk.key_ops;
delete jwk.ext;
const provider = new Provider(issuer, {
    clients: [
        {
            client_id: "smart-cinema-desktop",
            application_type: "native",
            token_endpoint_auth_method: "none",
            grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
            redirect_uris: ["http://127.0.0.1/callback"],
            ...es256,
        },
        {
            client_id: "box-office",
            client_secret: "a secret of the box office",
            redirect_uris: [webRedirect],
            ...es256,
        },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: ["only for tests"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed("refresh_token"),
    features: {
        devInteractions: { enabled: true },
        deviceFlow: { enabled: true },
        revocation: { enabled: true },
        dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => true },
    },
    findAccount: (_ctx, id) => ({
        accountId: id,
        claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: !id.startsWith("unverified"), name: `Dr ${id}` }),
    }),
});
// Our viewer listens at a path nobody can guess (RFC 8252 leaves only the port open).
const allowed = provider.Client.prototype.redirectUriAllowed;
provider.Client.prototype.redirectUriAllowed = function (uri) {
    return this.applicationType === "native" ? /^http:\/\/127\.0\.0\.1:\d+\/[\w-]+$/.test(uri) : allowed.call(this, uri);
};
provider.listen(Number(port), "127.0.0.1", () => console.log(issuer));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
