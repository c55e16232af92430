// Package demo plays the two stories that this project was made for, on real
// programs: each fails on its host, the harness says why, and the mended version
// works. What comes out is compared with what is known, never assumed.
package demo
