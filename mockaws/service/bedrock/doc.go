// Package bedrock is Amazon Bedrock's control plane: the lists of models and of
// inference profiles.
package bedrock
