package service

import (
	"regexp"
	"strings"
	"sync/atomic"
)

// answer is what a model says to a prompt: "echo: " and the prompt, one token a
// word, cut at the caller's limit. Small, and yet it proves that the prompt
// arrived and that the answer was not canned.
type answer struct {
	prompt, text string
	stop         string // Converse's stopReason
	in, out      int    // tokens
}

func newAnswer(prompt string, maxTokens int) *answer {
	a := &answer{prompt: prompt, stop: "end_turn", in: len(strings.Fields(prompt))}
	words := append([]string{"echo:"}, strings.Fields(prompt)...)
	if maxTokens > 0 && len(words) > maxTokens {
		words, a.stop = words[:maxTokens], "max_tokens"
	}
	a.text, a.out = strings.Join(words, " "), len(words)
	return a
}

func (a *answer) usage() usage {
	return usage{InputTokens: a.in, OutputTokens: a.out, TotalTokens: a.in + a.out}
}

// pieces are the words as a stream sends them; joined they are the text.
func (a *answer) pieces() []string {
	return strings.SplitAfter(a.text, " ")
}

// modelID is the form of a model identifier or the ARN of a profile, a model, a
// prompt or a router
// (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html).
var modelID = regexp.MustCompile(`^(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:(\d{12})?:[a-zA-Z0-9-]+/[a-zA-Z0-9.:/_-]+|([a-z-]+\.)?[a-z0-9-]+\.[a-zA-Z0-9._-]+(:[a-z0-9]+)*)$`)

// checkModel refuses what cannot be a model, with Bedrock's own words.
func checkModel(id string) error {
	if lastModel.Load() == id {
		return nil
	}
	if id == "" || len(id) > 2048 || !modelID.MatchString(id) {
		return invalid("ValidationException", "The provided model identifier is invalid.")
	}
	lastModel.Store(id)
	return nil
}

// lastModel is the last good identifier: callers keep to one, and the pattern
// costs more than the rest of the check.
var lastModel atomic.Value
