package protocol

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"sync"
)

// xmlWriters are buffers of XML encoders, each of which would make its own of
// 4 KiB: bufio.NewWriter takes one that is there.
var xmlWriters = sync.Pool{New: func() any { return bufio.NewWriter(nil) }}

// appendXML lets an encoder write to the buffer.
func appendXML(b *bytes.Buffer, encode func(*xml.Encoder) error) error {
	w := xmlWriters.Get().(*bufio.Writer)
	defer xmlWriters.Put(w)
	w.Reset(b)
	return encode(xml.NewEncoder(w))
}
