// What Socket.IO does for the same fan-out: a room, a message in, the same message out to everybody in it. WebSocket only
// and without compression, as our rooms are. Prints its port.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false, serveClient: false });

io.on("connection", (socket) => {
  const room = String(socket.handshake.query.room);
  socket.join(room);
  socket.on("said", (said) => io.to(room).emit("said", said));
});

http.listen(0, "127.0.0.1", () => console.log(http.address().port));
