// An app as customers write it: one model call through the AI SDK.
import { answer } from './model.mjs';

console.log(await answer());
