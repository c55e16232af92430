// Package stdio deploys and runs programs on request: a program in another language
// starts the command once, and sends it a request for each thing to do. The bindings
// are made of it.
//
// Requests and answers are JSON-RPC 2.0 (https://www.jsonrpc.org/specification), one
// a line. Requests are worked on at the same time; the end of the input ends all.
// harness/docs/protocol.md describes the methods.
package stdio
