package nsinit

import (
	"encoding/binary"
	"unsafe"
)

// htons is n in the byte order of the network.
func htons(n uint16) uint16 {
	var b [2]byte
	binary.BigEndian.PutUint16(b[:], n)
	return *(*uint16)(unsafe.Pointer(&b))
}

// nativeWord is four bytes of a 32-bit word in the machine's byte order, as the
// network's.
func nativeWord(b []byte) []byte {
	return binary.NativeEndian.AppendUint32(nil, binary.BigEndian.Uint32(b))
}
