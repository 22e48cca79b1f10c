export const Incidents = () => null;
