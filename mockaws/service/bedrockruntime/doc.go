// Package bedrockruntime is Amazon Bedrock Runtime, which calls models: Converse,
// InvokeModel, their streams, and conversations in both directions.
package bedrockruntime
