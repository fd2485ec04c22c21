import type { ImageEditParams } from 'openai/resources/images';
import { defineEndpoint, type Endpoint } from '../endpoint.ts';
import { plainEnding } from './answered-error.ts';
import { foldFinalEvent } from './final-event.ts';
import { drawingCalls, type Images, imageUsage } from './image-usage.ts';
import { choiceCount, endUser, formFlag, formNumber, streamFlag } from './request.ts';

export const imageEdit: Endpoint = defineEndpoint<ImageEditParams, Images, object>({
  name: 'images.edit',
  method: 'post',
  path: '/images/edits',
  resource: 'Images.edit',
  operation: 'image_generation',
  isInference: false,
  request: {
    requestModel: (params) => params.model,
    requestStream: ({ stream }) => streamFlag({ stream: formFlag(stream) }),
    requestChoiceCount: ({ n }) => choiceCount({ n: formNumber(n) }),
    outputType: () => 'image',
  },
  response: {},
  usage: imageUsage,
  toolCalls: drawingCalls,
  ending: plainEnding,
  endUser,
  fold: () => foldFinalEvent('image_edit.completed'),
});
