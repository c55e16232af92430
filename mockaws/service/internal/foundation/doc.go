// Package foundation is what the services of Amazon Bedrock share: the identifiers of
// models, what a model answers to a prompt, and how errors are written.
package foundation
