'use strict';
// What became of a run, with the questions that tests ask.
const util = require('node:util');

/** Whether a principal is the one that a test names: a name, "user/app", an ARN, or a pattern for the ARN. */
function isPrincipal(principal, wanted) {
  if (!principal) return false;
  if (wanted instanceof RegExp) return wanted.test(principal.text);
  const { text, kind, name } = principal;
  const names = [text, name, `${kind}/${name}`];
  if (kind === 'session') names.push(`role/${name}`);
  return names.includes(wanted);
}

/** Whether an exchange is of a call ("s3:GetObject"), of an IAM action, or of a service ("s3:*"). */
function isCall(exchange, wanted) {
  if (wanted === undefined) return true;
  const service = wanted.endsWith(':*') && exchange.call.startsWith(wanted.slice(0, -1));
  return service || exchange.call === wanted || exchange.action === wanted;
}

class Run {
  constructor(result) {
    Object.assign(this, result);
  }

  /** The exchanges of a call or of an IAM action; all of them without a name. */
  calls(name) {
    return this.exchanges.filter((exchange) => isCall(exchange, name));
  }

  /** The result for a person. */
  toString() {
    return this.text;
  }

  [util.inspect.custom]() {
    return this.text;
  }
}

module.exports = { Run, isPrincipal };
