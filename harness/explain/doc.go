// Package explain says what a captured request, or an error message alone, tells
// about the credentials behind it: from outside, without running anything.
//
// It takes what people have at hand: a curl command (copied from a browser, with
// --aws-sigv4, or the output of curl -v), raw HTTP, a HAR file, the debug log of
// an SDK, or just the text of an error. The format is detected by content. What
// it reports holds no secret: key ids, lengths and prefixes only.
//
// # Place
//
// It asks the same rules as a run does (package diagnose), about what a text shows,
// and starts nothing.
package explain
