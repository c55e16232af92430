package wire

import (
	"encoding/binary"
	"fmt"
	"sync/atomic"
)

// Frames of HTTP/2 (RFC 9113, section 6) and a flag.
const (
	frameData      = 0x0
	frameHeaders   = 0x1
	frameReset     = 0x3
	frameGoAway    = 0x7
	flagEndStream  = 0x1
	frameHeaderLen = 9
	noError        = 0x0
)

// refusals are the error codes by which a server says that what it got is malformed or too
// much (RFC 9113, section 7). Others are a handler's doing, or follow the client's own end.
var refusals = map[uint32]string{
	0x1: "PROTOCOL_ERROR", 0x3: "FLOW_CONTROL_ERROR", 0x4: "SETTINGS_TIMEOUT", 0x6: "FRAME_SIZE_ERROR",
	0x7: "REFUSED_STREAM", 0x9: "COMPRESSION_ERROR", 0xb: "ENHANCE_YOUR_CALM",
}

// streams follows what a server writes on a connection of HTTP/2.
type streams struct {
	// started counts the requests that a handler was run for.
	started  atomic.Int64
	answered int64           // streams that the server has begun to answer, or has reset
	told     int64           // of those, the ones that no handler answered
	open     map[uint32]bool // answered and not ended
	frame    frame
	gone     bool // a GOAWAY was seen
}

// frame is one that is being written, with the beginning of its content.
type frame struct {
	header [frameHeaderLen]byte
	have   int // bytes of the header
	left   int // bytes of the content to come
	start  []byte
}

const startLen = 16

// see reads frames, which need not begin or end with what is written at once.
func (s *streams) see(p []byte, tell func(status int, answer string)) {
	f := &s.frame
	for len(p) > 0 {
		if f.have < frameHeaderLen {
			n := copy(f.header[f.have:], p)
			f.have, p = f.have+n, p[n:]
			if f.have < frameHeaderLen {
				return
			}
			f.left, f.start = int(f.header[0])<<16|int(f.header[1])<<8|int(f.header[2]), f.start[:0]
		}
		n := min(f.left, len(p))
		f.start = append(f.start, p[:min(n, startLen-len(f.start))]...)
		f.left, p = f.left-n, p[n:]
		if f.left == 0 {
			s.whole(tell)
			f.have = 0
		}
	}
}

// whole takes in a frame of which all is written.
func (s *streams) whole(tell func(status int, answer string)) {
	f := &s.frame
	stream := binary.BigEndian.Uint32(f.header[5:]) &^ (1 << 31)
	switch f.header[3] {
	case frameHeaders:
		s.answer(stream, tell)
	case frameReset:
		s.reset(stream, tell)
		return
	case frameGoAway:
		s.goAway(tell)
		return
	case frameData:
	default:
		return
	}
	if f.header[4]&flagEndStream != 0 {
		delete(s.open, stream)
	}
}

// answer takes in the first headers of an answer. Handlers start before they answer, so
// that more answers than handlers are the server's own.
func (s *streams) answer(stream uint32, tell func(status int, answer string)) {
	if s.open[stream] {
		return // trailers, or the answer after 100 Continue
	}
	if s.open == nil {
		s.open = map[uint32]bool{}
	}
	s.open[stream] = true
	s.answered++
	if s.answered-s.told > s.started.Load() {
		s.told++
		status := s.frame.status()
		tell(status, fmt.Sprintf("HTTP/2.0 %d", status))
	}
}

// status is that of headers which net/http writes by itself: 400, whose whole field is the entry 12
// of the static table (RFC 7541, appendix A), or 431, which is in no table.
func (f *frame) status() int {
	const entry400 = 0x80 | 12
	if len(f.start) > 0 && f.start[0] == entry400 {
		return 400
	}
	return 431
}

func (s *streams) reset(stream uint32, tell func(status int, answer string)) {
	code := s.frame.code(0)
	name, refused := refusals[code]
	answered := s.open[stream]
	delete(s.open, stream)
	switch {
	case refused:
		tell(0, "RST_STREAM "+name)
	case !answered:
		s.answered++ // by its handler, which gave up
	}
}

func (s *streams) goAway(tell func(status int, answer string)) {
	code := s.frame.code(4)
	if code == noError || s.gone {
		return
	}
	s.gone = true
	name := refusals[code]
	if name == "" {
		name = fmt.Sprintf("error %d", code)
	}
	tell(0, "GOAWAY "+name)
}

// code is the error code at an offset of the content.
func (f *frame) code(offset int) uint32 {
	if len(f.start) < offset+4 {
		return noError
	}
	return binary.BigEndian.Uint32(f.start[offset:])
}
