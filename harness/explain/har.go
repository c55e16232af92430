package explain

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// har is the part of an HTTP archive that is looked at
// (http://www.softwareishard.com/blog/har-12-spec/).
type har struct {
	Log *struct {
		Entries []struct {
			StartedDateTime time.Time `json:"startedDateTime"`
			Request         struct {
				Method, URL string
				Headers     []harHeader
				PostData    *struct{ Text string }
				BodySize    int
			}
			Response struct {
				Status  int
				Headers []harHeader
				Content struct{ Text, Encoding string }
			}
		}
	}
}

type harHeader struct{ Name, Value string }

func looksLikeHAR(input []byte) bool {
	return input[0] == '{' && bytes.Contains(input, []byte(`"log"`)) && bytes.Contains(input, []byte(`"entries"`))
}

func readHAR(input []byte) ([]*message, error) {
	var h har
	if err := json.Unmarshal(input, &h); err != nil {
		return nil, err
	}
	if h.Log == nil || len(h.Log.Entries) == 0 {
		return nil, errors.New("it has no log.entries")
	}
	var out []*message
	for i, e := range h.Log.Entries {
		m := newMessage(fmt.Sprintf("entry %d", i+1), e.Request.Method, e.Request.URL)
		for _, x := range e.Request.Headers {
			m.setHeader(x.Name, x.Value)
		}
		m.time, m.hasBody = e.StartedDateTime, e.Request.BodySize == 0
		if p := e.Request.PostData; p != nil {
			m.body, m.hasBody = []byte(p.Text), true
		}
		m.status, m.responseHeader = e.Response.Status, http.Header{}
		for _, x := range e.Response.Headers {
			m.responseHeader.Add(x.Name, x.Value)
		}
		m.responseBody = []byte(e.Response.Content.Text)
		if e.Response.Content.Encoding == "base64" {
			if b, err := base64.StdEncoding.DecodeString(e.Response.Content.Text); err == nil {
				m.responseBody = b
			}
		}
		out = append(out, m)
	}
	return out, nil
}
