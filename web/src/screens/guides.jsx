export const Guide = () => null; export const Guides = Guide;
