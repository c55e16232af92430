package explain

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/chromedp/cdproto/har"
)

func looksLikeHAR(input []byte) bool {
	return input[0] == '{' && bytes.Contains(input, []byte(`"log"`)) && bytes.Contains(input, []byte(`"entries"`))
}

// readHAR reads an HTTP archive (http://www.softwareishard.com/blog/har-12-spec/).
func readHAR(input []byte) ([]*message, error) {
	var archive har.HAR
	if err := json.Unmarshal(input, &archive); err != nil {
		return nil, err
	}
	if archive.Log == nil || len(archive.Log.Entries) == 0 {
		return nil, errors.New("it has no log.entries")
	}
	var out []*message
	for i, entry := range archive.Log.Entries {
		name := fmt.Sprintf("entry %d", i+1)
		if entry == nil || entry.Request == nil {
			return nil, fmt.Errorf("%s has no request", name)
		}
		m, err := readEntry(name, entry)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

func readEntry(name string, entry *har.Entry) (*message, error) {
	request := entry.Request
	m := newMessage(name, request.Method, request.URL)
	for _, h := range request.Headers {
		if h != nil {
			m.setHeader(h.Name, h.Value)
		}
	}
	if entry.StartedDateTime != "" {
		started, err := time.Parse(time.RFC3339, entry.StartedDateTime)
		if err != nil {
			return nil, fmt.Errorf("%s has no time of RFC 3339 as its startedDateTime: %w", name, err)
		}
		m.time = started
	}
	m.hasBody = request.BodySize == 0
	if p := request.PostData; p != nil {
		m.body, m.hasBody = []byte(p.Text), true
	}
	m.responseHeader = http.Header{}
	if response := entry.Response; response != nil {
		m.status = int(response.Status)
		for _, h := range response.Headers {
			if h != nil {
				m.responseHeader.Add(h.Name, h.Value)
			}
		}
		m.responseBody = contentOf(response.Content)
	}
	return m, nil
}

// contentOf is the body of a response; what claims to be base64 and is not stays
// as it is.
func contentOf(content *har.Content) []byte {
	if content == nil {
		return nil
	}
	if content.Encoding == "base64" {
		if decoded, err := base64.StdEncoding.DecodeString(content.Text); err == nil {
			return decoded
		}
	}
	return []byte(content.Text)
}
