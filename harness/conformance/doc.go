// Package conformance asks an endpoint the questions that a judge of AWS
// credentials must answer: the same calls with right credentials and with each
// kind of wrong ones, compared with what AWS answers. It scores any emulator;
// the mock of this project among them.
//
// # Place
//
// It needs an endpoint and nothing of the harness: command hostproof probe asks it.
package conformance
