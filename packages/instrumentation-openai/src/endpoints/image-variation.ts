import type { ImageCreateVariationParams } from 'openai/resources/images';
import { defineEndpoint, type Endpoint } from '../endpoint.ts';
import { plainEnding } from './answered-error.ts';
import { type Images, imageUsage } from './image-usage.ts';
import { choiceCount, endUser, formNumber } from './request.ts';

export const imageVariation: Endpoint = defineEndpoint<ImageCreateVariationParams, Images>({
  name: 'images.createVariation',
  method: 'post',
  path: '/images/variations',
  resource: 'Images.createVariation',
  operation: 'image_generation',
  isInference: false,
  request: {
    requestModel: (params) => params.model,
    requestChoiceCount: ({ n }) => choiceCount({ n: formNumber(n) }),
    outputType: () => 'image',
  },
  response: {},
  usage: imageUsage,
  ending: plainEnding,
  endUser,
});
