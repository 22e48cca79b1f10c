export const Complaints = () => null;
