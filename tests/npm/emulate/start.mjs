// Starts the emulator on loopback alone; it would listen to everybody. Ends with its standard input.
import { Server } from "node:net";

const listen = Server.prototype.listen;
Server.prototype.listen = function (port, _host, ...rest) {
    return listen.call(this, port, "127.0.0.1", ...rest);
};
const [folder, port, seed] = process.argv.slice(2);
const { createEmulator } = await import(`${folder}/node_modules/emulate/dist/api.js`);
const emulator = await createEmulator({
    service: "stripe",
    port: Number(port),
    seed: JSON.parse(seed),
    baseUrl: `http://127.0.0.1:${port}`,
});
console.log(emulator.url);
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
