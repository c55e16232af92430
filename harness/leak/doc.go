// Package leak finds secrets in what programs write: test logs, reports,
// journals. It looks for pieces of them, so that a secret that was cut or
// wrapped is found, too, and it never shows one.
//
// # Place
//
// Results, reports and the full run of CI look for secrets with it; it imports
// nothing of the module.
package leak
