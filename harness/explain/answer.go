package explain

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/late"
)

var (
	xmlCode    = late.MustCompile(`<Code>([\w.]+)</Code>`)
	xmlMessage = late.MustCompile(`(?s)<Message>(.*?)</Message>`)
)

// answer reads error code and message from a response, in whichever of AWS's
// protocols it is.
func answer(m *message) (code, text string) {
	if m.responseHeader != nil {
		code, _, _ = strings.Cut(m.responseHeader.Get("X-Amzn-Errortype"), ":")
	}
	body := string(m.responseBody)
	var j struct {
		Type    string `json:"__type"`
		Message string
		Code    string
	}
	if json.Unmarshal(m.responseBody, &j) == nil {
		text = j.Message // message or Message
		if code == "" {
			code = j.Type[strings.LastIndex(j.Type, "#")+1:]
		}
		if code == "" {
			code = j.Code
		}
	}
	if c := xmlCode.FindStringSubmatch(body); c != nil {
		code = c[1]
		if t := xmlMessage.FindStringSubmatch(body); t != nil {
			text = t[1]
		}
	}
	// Some services echo the canonical request, token included.
	text, _, _ = strings.Cut(text, "\n")
	return code, text
}

func itoa(n int) string { return strconv.Itoa(n) }
