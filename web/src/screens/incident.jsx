export const Incident = () => null;
