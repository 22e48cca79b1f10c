export const Source = () => null; export const Sources = Source;
