# A program that calls Bedrock with the project's own key, signed by curl.
exec curl -sS --fail-with-body --aws-sigv4 "aws:amz:us-east-1:bedrock" --user "$MY_AWS_ACCESS_KEY_ID:$MY_AWS_SECRET_ACCESS_KEY" \
  -H 'Content-Type: application/json' -d '{"messages":[{"role":"user","content":[{"text":"ping"}]}]}' \
  "${AWS_ENDPOINT_URL:-https://bedrock-runtime.us-east-1.amazonaws.com}/model/amazon.nova-lite-v1/converse"
