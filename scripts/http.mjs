// HTTP requests for scripts with nothing but Node.js, because a minimal machine has no curl.
//   http.mjs post URL JSON [FIELD]           prints the response or one field of it; fails unless the status is 2xx
//   http.mjs await URL SECONDS [PROCESS]     waits until URL responds without a 5xx; fails early when the process ends
const [command, url, ...rest] = process.argv.slice(2);
const reason = (error) => error.cause?.code ?? error.cause?.message ?? error.message;

async function post(json, field) {
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: json });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`);
  const value = field ? JSON.parse(text)[field] : text;
  if (value === undefined) throw new Error(`${url}: no ${field} in ${text}`);
  console.log(value);
}

function lives(process_id) {
  try {
    process.kill(process_id, 0);
    return true;
  } catch {
    return false;
  }
}

async function wait(seconds, process_id) {
  const end = Date.now() + seconds * 1000;
  for (let last = ""; ; ) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
      if (answer.status < 500) return;
      last = String(answer.status);
    } catch (error) {
      last = reason(error);
    }
    if (process_id && !lives(Number(process_id))) throw new Error(`${url}: the server has ended (${last})`);
    if (Date.now() > end) throw new Error(`${url}: ${last} after ${seconds} s`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

const commands = { post: () => post(...rest), await: () => wait(...rest) };
try {
  if (!commands[command] || !url) throw new Error("usage: http.mjs post|await URL …");
  await commands[command]();
} catch (error) {
  console.error(reason(error));
  process.exitCode = 1;
}
