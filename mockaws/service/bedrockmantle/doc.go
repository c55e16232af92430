// Package bedrockmantle is Bedrock's Mantle endpoint, where models are called through
// the interfaces of OpenAI and of Anthropic.
package bedrockmantle
