export const Dmarc = () => null;
