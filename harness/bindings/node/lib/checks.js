'use strict';
// The questions behind the matchers and the assertions: each says whether it holds, and
// why or why not in one sentence. The diagnosis is the rest of the message.
const { isPrincipal } = require('./run.js');

function list(exchanges) {
  return exchanges.map((e) => `#${e.seq} ${e.call}`).join(', ');
}

function called(run, call) {
  const calls = run.calls(call);
  return { calls, what: call === undefined ? 'AWS call' : `call of ${call}` };
}

/** Every call, or every one of a name, was accepted as a principal; and there was one. */
function acceptedAs(run, principal, call) {
  const { calls, what } = called(run, call);
  if (calls.length === 0) return { holds: false, says: `there was no ${what} on host ${run.host}` };
  const others = calls.filter((e) => !e.verdict.accepted || !isPrincipal(e.verdict.principal, principal));
  if (others.length === 0) return { holds: true, says: `every ${what} was accepted as ${principal}` };
  const [first] = others;
  const who = first.verdict.principal?.text;
  const how = first.verdict.accepted ? `was accepted as ${who}` : `was refused (${first.verdict.refusal.reason})`;
  return { holds: false, says: `${list([first])} ${how} on host ${run.host}, not accepted as ${principal}` };
}

/** A call was refused, for a reason or with an error code of AWS if one is given. */
function refused(run, reason, call) {
  const { calls, what } = called(run, call);
  const all = calls.filter((e) => !e.verdict.accepted);
  const fitting = all.filter((e) => reason === undefined || [e.verdict.refusal?.reason, e.code].includes(reason));
  const why = reason === undefined ? '' : ` with ${reason}`;
  if (fitting.length > 0) return { holds: true, says: `${list(fitting)} was refused${why} on host ${run.host}` };
  const got = all.map((e) => `${list([e])}: ${e.verdict.refusal.reason}, ${e.code}`).join('; ');
  return { holds: false, says: `no ${what} was refused${why} on host ${run.host}${got && `, but ${got}`}` };
}

/** The run is fine: the program ended well, no call was refused, and nothing is to be mended. */
function noProblems(run) {
  if (run.ok) return { holds: true, says: `there is no problem on host ${run.host}` };
  const kinds = run.problems.map((p) => p.kind).join(', ') || run.headline || `exit code ${run.exitCode}`;
  return { holds: false, says: `there is a problem on host ${run.host}: ${kinds}` };
}

/** A call was signed with parts of two credentials. */
function mixesCredentials(run) {
  const found = run.problems.find((p) => p.kind === 'mixed-credentials');
  return found
    ? { holds: true, says: `credentials are mixed on host ${run.host}: ${found.what}` }
    : { holds: false, says: `no call on host ${run.host} mixes credentials` };
}

/** The message of a check that went the wrong way. */
function message(run, { says }) {
  return `${says}\n\n${run.text}`;
}

/** Whether a value is what host.run gives. */
function demandRun(run, name) {
  if (typeof run?.text !== 'string' || !Array.isArray(run.exchanges)) {
    throw new TypeError(`${name} is about what host.run(), host.invoke() or server.stop() gives (after await), not ` +
      `${run === null ? 'null' : typeof run}`);
  }
}

module.exports = { acceptedAs, refused, noProblems, mixesCredentials, message, demandRun };
