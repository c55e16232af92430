//go:build !linux

package isolation

// defaultMemory bounds nothing: there is no sandbox here.
func defaultMemory() Size { return 1 << 30 }
