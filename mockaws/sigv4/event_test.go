package sigv4_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// eventFrame is one outer message, encoded by the SDK.
func eventFrame(t *testing.T, payload []byte, headers ...eventstream.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := eventstream.NewEncoder().Encode(&b, eventstream.Message{Headers: headers, Payload: payload}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func dateHeader(at time.Time) eventstream.Header {
	return eventstream.Header{Name: ":date", Value: eventstream.TimestampValue(at)}
}

func signatureHeader(signature []byte) eventstream.Header {
	return eventstream.Header{Name: ":chunk-signature", Value: eventstream.BytesValue(signature)}
}

// TestEventsOfAWS are the signatures in awslabs/aws-c-auth
// tests/test_event_signing.c.
func TestEventsOfAWS(t *testing.T) {
	r := (golden{
		target: "POST /streaming", host: "demo.us-east-1.amazonaws.com", date: "19810116T063000Z", keyID: "access",
		scope:     "19810116/us-east-1/demo/aws4_request",
		signed:    "content-encoding;host;x-amz-content-sha256;x-amz-date",
		signature: "e1d8e8c8815e60969f2a34765c9a15945ffc0badbaa4b7e3b163ea19131e949b",
		header: []string{"Content-Encoding: application/vnd.amazon.eventstream",
			"X-Amz-Content-Sha256: STREAMING-AWS4-HMAC-SHA256-EVENTS"},
	}).request()
	start := time.Date(1981, 1, 16, 6, 30, 0, 0, time.UTC)
	for i, event := range []struct{ payload, signature string }{
		{"A", "7aabf85b765e6a4d0d500b6e968657b14726fa3e1eb7e839302728ffd77629a5"},
		{"B", "f72aa9642f571d24a6e1ae42f10f073ad9448d8a028b6bcd82da081335adda02"},
		{"C", "632af120435b57ec241d8bfbb12e496dfd5e2730a1a02ac0ab6eaa230ae02e9a"},
		{"", "c6f679ddb3af68f5e82f0cf6761244cb2338cf11e7d01a24130aea1b7c17e53e"},
	} {
		signature, err := hex.DecodeString(event.signature)
		if err != nil {
			t.Fatal(err)
		}
		at := start.Add(time.Duration(i+1) * time.Second)
		r.Body = append(r.Body, eventFrame(t, []byte(event.payload), dateHeader(at), signatureHeader(signature))...)
	}
	rules := sigv4.Rules{Service: "demo", Region: "us-east-1"}
	if refusal := judge(new(sigv4.Verifier), r, rules, "secret", start); refusal != nil {
		t.Fatalf("%v %v", refusal, refusal.Cause)
	}
	payload, refusal := sigv4.Payload(r)
	if refusal != nil || string(payload) != "ABC" {
		t.Errorf("payload %q, %v", payload, refusal)
	}
}

// signedEvents is a stream that the SDK signed, and its outer messages.
func signedEvents(t *testing.T, payloads ...string) (*sigv4.Request, [][]byte) {
	t.Helper()
	const keyword = "STREAMING-AWS4-HMAC-SHA256-EVENTS"
	creds := aws.Credentials{AccessKeyID: testKeyID, SecretAccessKey: testSecret}
	h, err := http.NewRequest("POST", "https://h/model/x/invoke-with-bidirectional-stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	h.Header.Set("X-Amz-Content-Sha256", keyword)
	if err := v4.NewSigner().SignHTTP(context.Background(), creds, h, keyword, "bedrock", "us-east-1",
		signingTime); err != nil {
		t.Fatal(err)
	}
	_, seed, _ := strings.Cut(h.Header.Get("Authorization"), "Signature=")
	previous, err := hex.DecodeString(seed)
	if err != nil {
		t.Fatal(err)
	}
	signer := v4.NewStreamSigner(creds, "bedrock", "us-east-1", previous)
	r := arrive(t, h, nil)
	var frames [][]byte
	for i, payload := range append(payloads, "") {
		at := signingTime.Add(time.Duration(i) * 1500 * time.Millisecond)
		var signed bytes.Buffer
		if err := eventstream.EncodeHeaders(&signed, eventstream.Headers{dateHeader(at)}); err != nil {
			t.Fatal(err)
		}
		signature, err := signer.GetSignature(context.Background(), signed.Bytes(), []byte(payload), at)
		if err != nil {
			t.Fatal(err)
		}
		frames = append(frames, eventFrame(t, []byte(payload), dateHeader(at), signatureHeader(signature)))
	}
	r.Body = bytes.Join(frames, nil)
	return r, frames
}

func TestEventsOfTheSDK(t *testing.T) {
	r, _ := signedEvents(t, "one", strings.Repeat("two", 1000), "three")
	if refusal := judge(new(sigv4.Verifier), r, bedrockRules(), testSecret, signingTime); refusal != nil {
		t.Fatal(refusal)
	}
}

// TestEventsOneByOne: a stream is checked as it arrives, whatever the pieces.
func TestEventsOneByOne(t *testing.T) {
	r, frames := signedEvents(t, "one", "two")
	a, refusal := sigv4.Parse(r, bedrockRules(), signingTime)
	if refusal != nil {
		t.Fatal(refusal)
	}
	var v sigv4.Verifier
	events := v.Events(a, testSecret)
	var pending []byte
	var got []string
	for _, b := range bytes.Join(frames, nil) {
		pending = append(pending, b)
		event, rest, refusal := sigv4.ReadEvent(pending)
		if refusal != nil {
			t.Fatal(refusal)
		}
		if event == nil {
			continue
		}
		if refusal := events.Verify(event); refusal != nil {
			t.Fatal(refusal)
		}
		got = append(got, string(event.Payload))
		if refusal := events.End(); (refusal == nil) != (len(event.Payload) == 0) {
			t.Errorf("end after %q: %v", event.Payload, refusal)
		}
		pending = rest
	}
	if strings.Join(got, ",") != "one,two," {
		t.Errorf("events %q", got)
	}
	event, _, _ := sigv4.ReadEvent(frames[0])
	if refusal := events.Verify(event); refusal == nil || refusal.Reason != verdict.ChunkMalformed {
		t.Errorf("an event after the end: %v", refusal)
	}
}

// TestEventsChanged: events cannot be changed, taken out, repeated, exchanged
// or cut off.
func TestEventsChanged(t *testing.T) {
	reframe := func(frame []byte, change func([]byte)) []byte {
		b := bytes.Clone(frame)
		change(b)
		binary.BigEndian.PutUint32(b[8:], crc32.ChecksumIEEE(b[:8]))
		binary.BigEndian.PutUint32(b[len(b)-4:], crc32.ChecksumIEEE(b[:len(b)-4]))
		return b
	}
	at := signingTime
	for _, x := range []struct {
		name   string
		change func(f [][]byte) [][]byte
		want   verdict.Reason
	}{
		{"payload", func(f [][]byte) [][]byte {
			f[0] = reframe(f[0], func(b []byte) { b[len(b)-5]++ })
			return f
		}, verdict.ChunkSignatureMismatch},
		{"date", func(f [][]byte) [][]byte {
			f[0] = reframe(f[0], func(b []byte) { b[12+1+5+1+7]++ })
			return f
		}, verdict.ChunkSignatureMismatch},
		{"taken out", func(f [][]byte) [][]byte { return f[1:] }, verdict.ChunkSignatureMismatch},
		{"repeated", func(f [][]byte) [][]byte { return [][]byte{f[0], f[0], f[1], f[2]} },
			verdict.ChunkSignatureMismatch},
		{"exchanged", func(f [][]byte) [][]byte { return [][]byte{f[1], f[0], f[2]} }, verdict.ChunkSignatureMismatch},
		{"cut off after an event", func(f [][]byte) [][]byte { return f[:2] }, verdict.ChunkMalformed},
		{"cut off in an event", func(f [][]byte) [][]byte { return [][]byte{f[0], f[1][:20]} }, verdict.ChunkMalformed},
		{"goes on after the end", func(f [][]byte) [][]byte { return append(f, f[0]) }, verdict.ChunkMalformed},
		{"checksum", func(f [][]byte) [][]byte { f[0][len(f[0])-1]++; return f }, verdict.ChunkMalformed},
		{"prelude", func(f [][]byte) [][]byte { f[0][8]++; return f }, verdict.ChunkMalformed},
		{"headers too long", func(f [][]byte) [][]byte {
			f[0] = reframe(f[0], func(b []byte) { b[7] = 0xff })
			return f
		}, verdict.ChunkMalformed},
		{"length too small", func(f [][]byte) [][]byte {
			f[0] = reframe(f[0], func(b []byte) { b[2], b[3] = 0, 12 })
			return f
		}, verdict.ChunkMalformed},
		{"no signature", func([][]byte) [][]byte { return [][]byte{eventFrame(t, nil, dateHeader(at))} },
			verdict.ChunkMalformed},
		{"no date", func([][]byte) [][]byte { return [][]byte{eventFrame(t, nil, signatureHeader([]byte("x")))} },
			verdict.ChunkMalformed},
		{"a header after the signature", func([][]byte) [][]byte {
			return [][]byte{eventFrame(t, nil, signatureHeader([]byte("x")), dateHeader(at))}
		}, verdict.ChunkMalformed},
		{"not signed at all", func([][]byte) [][]byte { return [][]byte{[]byte("hello, this is no event")} },
			verdict.ChunkMalformed},
	} {
		r, frames := signedEvents(t, "one", "two")
		r.Body = bytes.Join(x.change(frames), nil)
		if refusal := judge(new(sigv4.Verifier), r, bedrockRules(), testSecret, signingTime); refusal == nil ||
			refusal.Reason != x.want {
			t.Errorf("%s: %v, want %s", x.name, refusal, x.want)
		}
	}
}
