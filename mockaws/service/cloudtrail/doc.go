// Package cloudtrail answers LookupEvents from the event history that the mock keeps.
package cloudtrail
