// Style sheets are imported for their effect only; Vite turns them into one file.

declare module '*.css'
