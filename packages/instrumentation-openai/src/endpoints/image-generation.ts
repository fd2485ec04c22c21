import type { ImageGenerateParams } from 'openai/resources/images';
import { defineEndpoint, type Endpoint } from '../endpoint.ts';
import { plainEnding } from './answered-error.ts';
import { foldFinalEvent } from './final-event.ts';
import { drawingCalls, type Images, imageUsage } from './image-usage.ts';
import { choiceCount, endUser, streamFlag } from './request.ts';

export const imageGeneration: Endpoint = defineEndpoint<ImageGenerateParams, Images, object>({
  name: 'images.generate',
  method: 'post',
  path: '/images/generations',
  resource: 'Images.generate',
  operation: 'image_generation',
  isInference: false,
  request: {
    requestModel: (params) => params.model,
    requestStream: streamFlag,
    requestChoiceCount: choiceCount,
    outputType: () => 'image',
  },
  response: {},
  usage: imageUsage,
  toolCalls: drawingCalls,
  ending: plainEnding,
  endUser,
  fold: () => foldFinalEvent('image_generation.completed'),
});
