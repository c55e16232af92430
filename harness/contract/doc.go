// Package contract is what a run's result looks like as JSON, for programs in other
// languages: the output of "hostproof run --json", the answers of "hostproof stdio",
// and what the bindings are made from.
//
// [Of] makes a [Result] of a run's, [Result.MarshalJSON] writes it, and [Schema] is the
// JSON Schema of what is written. All three walk the same Go types by the same rules,
// so that none says what the others do not:
//
//   - a list is always there, empty or not, and never null;
//   - a principal is an object, and not only an ARN;
//   - a confidence is a word: verified, likely, unverified;
//   - no secret is in it.
//
// What can be absent is absent, and never null. [Version] grows when a program that
// read the former form would misread the new one; new keys may come at any time.
package contract
