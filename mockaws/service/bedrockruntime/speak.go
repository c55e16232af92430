package bedrockruntime

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/internal/foundation"
)

// speak is a conversation with a model such as Amazon Nova Sonic, by its events
// (https://docs.aws.amazon.com/nova/latest/userguide/speech-bidirection.html):
// what is said between contentStart and contentEnd is answered at once, before
// the client goes on.
func speak(c *service.Call) (*protocol.EventStream, error) {
	if err := foundation.CheckModel(c.Input.Labels["modelId"]); err != nil {
		return nil, err
	}
	return &protocol.EventStream{Events: func(yield func(protocol.Event) bool) {
		t := &talk{yield: yield}
		for message := range c.Events {
			if !t.hear(message) {
				return
			}
		}
	}}, nil
}

// talk is one such conversation.
type talk struct {
	yield func(protocol.Event) bool
	text  strings.Builder
	audio int // characters of base64
}

// speech are the events that a client sends.
type speech struct {
	Event struct {
		TextInput *struct {
			Content string `json:"content"`
		} `json:"textInput"`
		AudioInput *struct {
			Content string `json:"content"`
		} `json:"audioInput"`
		ContentEnd *struct{} `json:"contentEnd"`
		PromptEnd  *struct{} `json:"promptEnd"`
	} `json:"event"`
}

// hear takes one message; false ends the conversation.
func (t *talk) hear(message []byte) bool {
	kind, payload, err := protocol.DecodeEvent(message)
	var part struct {
		Bytes []byte `json:"bytes"`
	}
	if err == nil && kind != "chunk" {
		err = fmt.Errorf("the event type is %q, not chunk", kind)
	}
	if err == nil {
		err = json.Unmarshal(payload, &part)
	}
	var in speech
	if err == nil {
		err = json.Unmarshal(part.Bytes, &in)
	}
	if err != nil {
		t.yield(protocol.Event{Type: "validationException", Exception: true,
			Value: map[string]string{"message": err.Error()}})
		return false
	}
	return t.reply(&in)
}

func (t *talk) reply(in *speech) bool {
	switch e := in.Event; {
	case e.TextInput != nil:
		t.text.WriteString(e.TextInput.Content)
	case e.AudioInput != nil:
		t.audio += len(e.AudioInput.Content)
	case e.ContentEnd != nil:
		return t.answer()
	case e.PromptEnd != nil:
		return t.say("completionEnd", map[string]string{"stopReason": "END_TURN"})
	}
	return true
}

func (t *talk) answer() bool {
	heard := t.text.String()
	if t.audio > 0 {
		heard = fmt.Sprintf("%d characters of audio", t.audio)
	}
	t.text.Reset()
	t.audio = 0
	if heard == "" {
		return true
	}
	return t.say("contentStart", map[string]string{"type": "TEXT", "role": "ASSISTANT"}) &&
		t.say("textOutput", map[string]string{"content": foundation.NewAnswer(heard, 0).Text, "role": "ASSISTANT"}) &&
		t.say("contentEnd", map[string]string{"type": "TEXT", "stopReason": "END_TURN"})
}

func (t *talk) say(event string, value map[string]string) bool {
	inner := service.MustJSON(map[string]any{"event": map[string]any{event: value}})
	return t.yield(protocol.Event{Type: "chunk", Value: map[string][]byte{"bytes": inner}})
}
