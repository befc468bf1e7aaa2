// One Confab of its own: a temporary data directory, a free port, and the signals the tests send it.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

function binary() {
  const places = [process.env.CONFAB_BIN, join(root, "target/release/confab"), join(root, "target/debug/confab")];
  const found = places.find((place) => place && existsSync(place));
  if (!found) throw new Error("There is no confab to test: build it, or set CONFAB_BIN.");
  return found;
}

function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

// Without the colours of a terminal.
function plain(log) {
  return log.replaceAll(/\x1b\[[0-9;]*m/g, "");
}

export class Server {
  static async start(settings = {}) {
    const server = new Server();
    server.data = mkdtempSync(join(tmpdir(), "confab-e2e-"));
    // Started as root, Postgres runs as another account and has to get in.
    chmodSync(server.data, 0o755);
    server.settings = settings;
    server.port = await freePort();
    server.url = `http://127.0.0.1:${server.port}`;
    await server.run();
    return server;
  }

  async run() {
    // The server refuses settings it does not know and takes those it does: none of the tester's own may reach it.
    const own = Object.entries(process.env).filter(([name]) => !/^(CONFAB_|DATABASE_URL$|REDIS_URL$)/.test(name));
    const environment = {
      ...Object.fromEntries(own),
      CONFAB_DATA_DIR: this.data,
      CONFAB_LISTEN: `127.0.0.1:${this.port}`,
      CONFAB_RATE_LIMITS: "off",
      ...this.settings,
    };
    this.log = "";
    this.process = spawn(binary(), ["serve"], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    const keep = (text) => {
      this.log = (this.log + text).slice(-20_000);
    };
    this.process.stdout.on("data", keep);
    this.process.stderr.on("data", keep);
    this.ended = new Promise((done) => this.process.once("exit", done));
    await this.ready();
  }

  async ready() {
    const until = Date.now() + 60_000;
    while (Date.now() < until) {
      if (this.process.exitCode !== null) throw new Error(`confab ended at once:\n${this.log}`);
      const answer = await fetch(`${this.url}/health/ready`).catch(() => null);
      if (answer?.ok) {
        this.socket = plain(this.log).match(/socket"?[=:]\s*"?([^\s",]+)/)?.[1];
        return;
      }
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`confab did not become ready:\n${this.log}`);
  }

  // A statement to the server's own Postgres: for what would take too long by the API.
  sql(text) {
    if (!this.socket) throw new Error(`the server did not say where its Postgres listens:\n${this.log}`);
    const options = ["-h", this.socket, "-U", "confab", "-d", "confab", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"];
    const done = spawnSync("psql", options, { input: text, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`psql: ${done.error ?? done.stderr}`);
    return done.stdout;
  }

  freeze() {
    this.process.kill("SIGSTOP");
  }

  thaw() {
    this.process.kill("SIGCONT");
  }

  async stop() {
    if (this.process.exitCode === null) this.process.kill("SIGTERM");
    const late = setTimeout(() => this.process.kill("SIGKILL"), 30_000);
    await this.ended;
    clearTimeout(late);
  }

  async restart() {
    await this.stop();
    await this.run();
  }

  async end() {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }
}
