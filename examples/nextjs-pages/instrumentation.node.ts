import '@genvitals/node/register';
