// A server as customers write it: its page shows the answer of a model, or the error.
import { createServer } from 'node:http';

createServer(async (request, response) => {
  if (request.url !== '/') return response.writeHead(404).end();
  response.setHeader('content-type', 'text/html');
  try {
    const { answer } = await import('./model.mjs');
    response.end(`<h1>${await answer()}</h1>`);
  } catch (error) {
    response.writeHead(500).end(`<h1>Sorry: ${error.message}</h1>`);
  }
}).listen(3000);
