package mockaws

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"

	"github.com/hostproof/hostproof/mockaws/protocol"
)

// unrecorded is the answer to a call that the journal's file cannot take: no answer of
// AWS, and with a status that SDKs do not repeat a call for (RFC 4918, section 11.5).
func unrecorded(err error, r *http.Request) *protocol.Response {
	const code = "JournalFailed"
	text := "mockaws keeps its journal in a file, and this call is not in it: " + err.Error() +
		". Make room on the disk; calls are answered again as soon as the file takes them"
	a := &protocol.Response{Status: http.StatusInsufficientStorage, Code: code, Message: text}
	a.Set("x-amzn-ErrorType", code)
	if strings.Contains(r.Header.Get("Content-Type"), "json") {
		a.Set("Content-Type", "application/json")
		a.Body, _ = json.Marshal(map[string]string{"__type": code, "message": text}) // strings do encode
		return a
	}
	a.Set("Content-Type", "text/xml")
	a.Body = []byte("<ErrorResponse><Error><Code>" + code + "</Code><Message>" + escaped(text) +
		"</Message></Error></ErrorResponse>\n")
	return a
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder does not fail
	return b.String()
}
