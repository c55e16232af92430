package foundation

// ErrorTypeSuffix follows the code in Bedrock's x-amzn-ErrorType
// (aws-beam/aws-erlang#161).
const ErrorTypeSuffix = ":http://internal.amazon.com/coral/com.amazon.coral.service/"
