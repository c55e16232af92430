package sigv4

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/sigv4/internal/canonical"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// The aws-chunked content encoding
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html):
//
//	10000;chunk-signature=<signature>\r\n
//	<65536 bytes>\r\n
//	0;chunk-signature=<signature>\r\n
//	x-amz-checksum-crc32c:<base64>\r\n
//	x-amz-trailer-signature:<signature>\r\n
//	\r\n
//
// The signatures are absent from unsigned payloads, the trailers where none are
// announced.

// maxChunkLine bounds the line before a chunk; S3 uses one of some hundred bytes.
const maxChunkLine = 1024

// chunk is one chunk of an aws-chunked body; the last one is empty.
type chunk struct {
	data      []byte
	signature string
}

// field is one trailer.
type field struct{ name, value string }

// chunked is a decoded aws-chunked body.
type chunked struct {
	chunks           []chunk
	rest             []byte  // what follows the line of the last chunk
	trailers         []field // sorted by name
	trailerSignature string
}

// size is the length of the payload, in bytes.
func (c *chunked) size() int {
	size := 0
	for _, chunk := range c.chunks {
		size += len(chunk.data)
	}
	return size
}

// payload is the data of all chunks. That of a single one is a part of the body,
// not a copy: SDKs send a part of an upload, some megabytes, as one chunk.
func (c *chunked) payload() []byte {
	if len(c.chunks) == 2 {
		return c.chunks[0].data
	}
	out := make([]byte, 0, c.size())
	for _, chunk := range c.chunks {
		out = append(out, chunk.data...)
	}
	return out
}

func malformed(format string, args ...any) *verdict.Refusal {
	problem := fmt.Sprintf(format, args...)
	return refuse(verdict.BadChunk{Problem: problem}, "the aws-chunked body: "+problem)
}

// decodeChunked takes an aws-chunked body apart up to the line of its last chunk; it
// checks no signature, but that each chunk has one where it must.
func decodeChunked(body []byte, mode streaming) (*chunked, *verdict.Refusal) {
	c := &chunked{}
	for {
		line, _, ok := bytes.Cut(body[:min(len(body), maxChunkLine)], []byte("\r\n"))
		if !ok {
			return nil, malformed("chunk %d has no line with its size", len(c.chunks))
		}
		rest := body[len(line)+2:]
		size, signature, refusal := readChunkLine(string(line), len(c.chunks))
		if refusal != nil {
			return nil, refusal
		}
		if !mode.shapely(signature) {
			return nil, malformed("the line of chunk %d has no signature, or one of another length", len(c.chunks))
		}
		if size == 0 {
			c.chunks, c.rest = append(c.chunks, chunk{signature: signature}), rest
			return c, nil
		}
		if size > uint64(len(rest)) || !bytes.HasPrefix(rest[size:], []byte("\r\n")) {
			return nil, malformed("chunk %d says %d bytes, and they do not end with CR LF", len(c.chunks), size)
		}
		c.chunks = append(c.chunks, chunk{rest[:size:size], signature})
		body = rest[size+2:]
	}
}

func readChunkLine(line string, number int) (size uint64, signature string, refusal *verdict.Refusal) {
	digits, extensions, _ := strings.Cut(line, ";")
	size, err := strconv.ParseUint(digits, 16, 62)
	if err != nil || strings.ContainsAny(digits, "_+") {
		return 0, "", malformed("the size of chunk %d, %.20q, is not a hexadecimal number", number, digits)
	}
	for extension := range strings.SplitSeq(extensions, ";") {
		if value, ok := strings.CutPrefix(extension, "chunk-signature="); ok {
			signature = value
		}
	}
	return size, signature, nil
}

// Dechunked is the payload of an aws-chunked body, whether or not the request says
// that it is one; ok is false for a body that is not written so. It checks no
// signature and no checksum.
func Dechunked(body []byte) (payload []byte, ok bool) {
	decoded, refusal := decodeChunked(body, streaming{})
	if refusal == nil {
		refusal = decoded.readTrailers()
	}
	if refusal != nil {
		return nil, false
	}
	return decoded.payload(), true
}

// readTrailers reads the lines after the last chunk, which end with a blank one. Other
// blank lines do not count: clients differ in where they put one.
func (c *chunked) readTrailers() *verdict.Refusal {
	rest := string(c.rest)
	if rest != "\r\n" && !strings.HasSuffix(rest, "\r\n\r\n") {
		return malformed("no blank line ends it")
	}
	for line := range strings.SplitSeq(rest, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		switch {
		case !ok || strings.Contains(line, "\r") || len(c.trailers) == maxTrailers:
			return malformed("%.40q after the last chunk is not a trailer", line)
		case name == "":
			return refuse(verdict.BadTrailer{Problem: "a trailer has no name"}, "a trailer has no name")
		}
		name, value = strings.ToLower(strings.TrimSpace(name)), string(canonical.AppendTrimmed(nil, value))
		if name == trailerSignatureTrailer {
			c.trailerSignature = value
			continue
		}
		c.trailers = append(c.trailers, field{name, value})
	}
	slices.SortStableFunc(c.trailers, func(x, y field) int { return strings.Compare(x.name, y.name) })
	return nil
}

const maxTrailers = 32

// checkTrailerSignature wants the signature of the trailers after as many of them as
// are announced, where they must be signed.
func (c *chunked) checkTrailerSignature(mode streaming, announced int) *verdict.Refusal {
	switch {
	case !mode.signed || !mode.trailer:
		return nil
	case c.trailerSignature == "" && (announced == 0 || len(c.trailers) <= announced):
		return nil // which is a matter of the trailers' names
	case !mode.shapely(c.trailerSignature):
		return malformed("the trailers have no signature, or one of another length")
	}
	return nil
}

// canonicalTrailers is what a trailer signature is made over.
func (c *chunked) canonicalTrailers() []byte {
	var b []byte
	for _, t := range c.trailers {
		b = append(b, t.name...)
		b = append(b, ':')
		b = append(b, t.value...)
		b = append(b, '\n')
	}
	return b
}

// streaming says what a keyword of x-amz-content-sha256 asks for.
type streaming struct{ signed, trailer, asymmetric bool }

// shapely says whether a text has the length of a signature, where one must be. The
// length of one of SigV4a varies.
func (s streaming) shapely(signature string) bool {
	switch {
	case !s.signed:
		return true
	case s.asymmetric:
		return signature != ""
	}
	return len(signature) == 2*sha256.Size
}

var streamingKeywords = map[string]streaming{
	canonical.StreamingUnsigned:      {trailer: true},
	canonical.StreamingSigned:        {signed: true},
	canonical.StreamingSignedTrailer: {signed: true, trailer: true},
	canonical.StreamingECDSA:         {signed: true, asymmetric: true},
	canonical.StreamingECDSATrailer:  {signed: true, trailer: true, asymmetric: true},
}

// minChunk is the least size of every chunk but the last
// (versity/versitygw, compared with AWS).
const minChunk = 8192

// verifyChunks checks the sizes and the chain of signatures: each chunk is signed
// over the signature before it, the first one over the request's.
func (v *Verifier) verifyChunks(r *Request, a *Authorization, mode streaming, secret string) *verdict.Refusal {
	body, refusal := r.takeChunks(mode)
	if _, announced := r.First(trailerAnnouncement); refusal == nil && announced {
		refusal = r.checkTrailers(body, mode)
	}
	if refusal != nil {
		return refusal
	}
	for i := range len(body.chunks) - 2 {
		if size := len(body.chunks[i].data); size < minChunk {
			return refuse(verdict.SmallChunk{Chunk: i, Size: size},
				fmt.Sprintf("chunk %d has %d bytes; only the last one may have less than %d", i, size, minChunk))
		}
	}
	if !mode.signed {
		return nil
	}
	previous := a.Signature
	for i, c := range body.chunks {
		toSign := a.chunkToSign("-PAYLOAD", previous, canonical.EmptySHA256, c.data)
		if refusal := v.verifyLink(a, secret, toSign, c.signature, i); refusal != nil {
			return refusal
		}
		previous = trimPadding(c.signature)
	}
	if !mode.trailer {
		return nil
	}
	toSign := a.chunkToSign("-TRAILER", previous, "", body.canonicalTrailers())
	return v.verifyLink(a, secret, toSign, body.trailerSignature, len(body.chunks))
}

// chunkToSign is the string to sign of a chunk or of the trailers.
func (a *Authorization) chunkToSign(kind, previous, emptyHash string, data []byte) []byte {
	b := make([]byte, 0, 320)
	b = append(b, a.Algorithm...)
	b = append(b, kind...)
	b = append(b, '\n')
	b = a.Date.UTC().AppendFormat(b, canonical.BasicFormat)
	b = append(b, '\n')
	b = append(b, a.Scope()...)
	b = append(b, '\n')
	b = append(b, previous...)
	b = append(b, '\n')
	if emptyHash != "" {
		b = append(b, emptyHash...)
		b = append(b, '\n')
	}
	return canonical.AppendHash(b, data)
}

func (v *Verifier) verifyLink(a *Authorization, secret string, toSign []byte, signature string,
	number int) *verdict.Refusal {
	if v.matches(a, secret, toSign, trimPadding(signature)) {
		return nil
	}
	detail := fmt.Sprintf("the signature of chunk %d is not that of its bytes after the chunk before it", number)
	if signature == "" {
		detail = fmt.Sprintf("chunk %d has no signature", number)
	}
	return refuse(verdict.OtherChunkSignature{Chunk: number, StringToSign: string(toSign)}, detail)
}

// trimPadding takes off the asterisks that fill a chunk's signature of SigV4a up
// to a fixed length (awslabs/aws-c-auth).
func trimPadding(signature string) string { return strings.TrimRight(signature, "*") }
