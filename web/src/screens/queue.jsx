export const Queue = () => null;
