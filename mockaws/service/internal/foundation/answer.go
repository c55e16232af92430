package foundation

import (
	"github.com/hostproof/hostproof/mockaws/service"
	"regexp"
	"strings"
	"sync/atomic"
)

// Answer is what a model says to a prompt: "echo: " and the prompt, one token a
// word, cut at the caller's limit. Small, and yet it proves that the prompt
// arrived and that the answer was not canned.
type Answer struct {
	Prompt, Text string
	Stop         string // Converse's stopReason
	In, Out      int    // tokens
}

// NewAnswer answers a prompt with maxTokens tokens at most; 0 sets no limit.
func NewAnswer(prompt string, maxTokens int) *Answer {
	a := &Answer{Prompt: prompt, Stop: "end_turn", In: len(strings.Fields(prompt))}
	words := append([]string{"echo:"}, strings.Fields(prompt)...)
	if maxTokens > 0 && len(words) > maxTokens {
		words, a.Stop = words[:maxTokens], "max_tokens"
	}
	a.Text, a.Out = strings.Join(words, " "), len(words)
	return a
}

// Usage counts the tokens of the prompt and of the answer.
func (a *Answer) Usage() Usage {
	return Usage{InputTokens: a.In, OutputTokens: a.Out, TotalTokens: a.In + a.Out}
}

// Pieces are the words as a stream sends them; joined they are the text.
func (a *Answer) Pieces() []string {
	return strings.SplitAfter(a.Text, " ")
}

// modelID is the form of a model identifier or the ARN of a profile, a model, a
// prompt or a router
// (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html).
var modelID = regexp.MustCompile(`^(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:(\d{12})?:` +
	`[a-zA-Z0-9-]+/[a-zA-Z0-9.:/_-]+|` +
	`([a-z-]+\.)?[a-z0-9-]+\.[a-zA-Z0-9._-]+(:[a-z0-9]+)*)$`)

// CheckModel refuses what cannot be a model, with Bedrock's own words.
func CheckModel(id string) error {
	if lastModel.Load() == id {
		return nil
	}
	if id == "" || len(id) > 2048 || !modelID.MatchString(id) {
		return service.Errorf("ValidationException", "The provided model identifier is invalid.")
	}
	lastModel.Store(id)
	return nil
}

// lastModel is the last good identifier: callers keep to one, and the pattern
// costs more than the rest of the check.
var lastModel atomic.Value

// Usage is the count of tokens as the Converse operations return it.
type Usage struct {
	InputTokens  int `json:"inputTokens"`
	OutputTokens int `json:"outputTokens"`
	TotalTokens  int `json:"totalTokens"`
}
